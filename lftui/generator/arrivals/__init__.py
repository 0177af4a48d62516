"""Open workloads: iterations begin at their time, whether or not earlier ones have come back.

`schedule.py` says when, `mix.py` by which class of users, `pool.py` keeps who is free, `supply.py`
adds users and takes them away, `pacer.py` hands each arrival to a user.
"""
