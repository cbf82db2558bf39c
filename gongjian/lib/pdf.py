def ready():
    return []
