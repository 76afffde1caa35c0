"""The rules: pure functions over the models; what they need from outside is a Protocol."""
