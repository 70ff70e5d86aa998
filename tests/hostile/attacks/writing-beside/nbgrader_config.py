open("submitted/config-ran", "w")
get_config().Autograde.autograde_preprocessors = []
