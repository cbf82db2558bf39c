from hypothesis import settings

# The time of one example says nothing about a rule, and on a busy machine it fails the test.
settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
