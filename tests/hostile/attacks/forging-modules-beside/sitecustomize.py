raise SystemExit("the student's sitecustomize was loaded")
