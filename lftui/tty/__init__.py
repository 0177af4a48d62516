"""The terminal itself: what it can do, who watches over it, and how it is left as it was.

Nothing here imports anything heavy: the guardian's process is made of it, and stays small.
"""
