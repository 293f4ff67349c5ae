"""A plan carried out by several Locust workers, in step, with one samples file at the master.

The master deals the plan (`deal`), says by each worker's own clock when a block starts
(`clock_offset`), and writes what the workers tell (`master_run`). A worker carries out its share as
one process carries out a whole plan (`worker_run`). What they say to each other is `messages`.
"""
