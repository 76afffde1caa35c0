"""`trainwright demo`: the main job from nothing to a tested endpoint, told as it happens.

It does nothing that a user could not do with the other commands, and claims nothing that it has not
looked at: each chapter checks what it shows, and the first that is not true ends the demo.
"""
