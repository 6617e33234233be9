"""The store: what was finished is kept, so that no run is lost and nothing unchanged is checked twice."""
