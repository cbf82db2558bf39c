"""发文机关: the bodies in whose names documents are issued, and their pages."""
