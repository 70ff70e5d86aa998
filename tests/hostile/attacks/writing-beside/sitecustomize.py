open("submitted/sitecustomize-ran", "w")
