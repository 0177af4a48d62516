"""`python -m lftui.demo`: serve in the foreground until SIGTERM or SIGINT."""

# gevent has to patch before anything else brings in sockets or threads.
from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402

from lftui.demo.server import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
