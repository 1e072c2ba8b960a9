// The scanner.
