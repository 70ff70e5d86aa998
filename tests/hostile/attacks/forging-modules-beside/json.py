raise SystemExit("the student's json was loaded")
