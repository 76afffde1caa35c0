"""Most invocations, answered without a task, a thread or an application in between.

An endpoint's answer is to cost little more than its model's. What comes in one piece, is plain and
is surely allowed is passed on as bytes by `protocol`, in call backs of the event loop. Whatever is
out of the ordinary, refusals first of all, goes the long way of `front` as if this were not here,
which is why nothing here decides that a caller is wrong. The price is that two ways lead to a
model: a test holds their answers against each other.
"""
