raise SystemExit("the student's numpy was loaded")
