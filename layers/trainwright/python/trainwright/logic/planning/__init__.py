"""From an upload or a request to a complete plan, or to every reason why there is none.

Each module looks at one part and adds what is wrong to a list of problems, so that a user sees all
of them at once; only when the list is empty are the requests built.
"""
