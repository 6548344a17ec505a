"""What the workers run: one thin module per room, each function a few lines that call a verb."""
