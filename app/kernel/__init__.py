"""The ground every room stands on. No business word is spoken here."""
