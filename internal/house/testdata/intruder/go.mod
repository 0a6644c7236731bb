module o2c

go 1.26.0
