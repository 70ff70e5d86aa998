raise SystemExit("the student's settings were loaded")
