"""What people write, read as values: probabilities, words of estimative probability, dates."""
