raise SystemExit("the student's autograder was loaded")
