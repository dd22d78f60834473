"""A phone's form engine for tests: JavaRosa fills forms, Pillow takes the photos."""
