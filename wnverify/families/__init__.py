"""Families: what theorems quantify over, one file a family, its quantities beside it."""
