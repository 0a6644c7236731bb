package command

import (
	"errors"

	"o2c/models"
)

// faults collects what is wrong with a command, to be told at once.
type faults []error

func (f *faults) add(fault *models.Error) { *f = append(*f, fault) }

// at adds an error that points at a part of the request, if it is one of the business; another one is added as it is.
func (f *faults) at(pointer string, err error) {
	if fault, is := errors.AsType[*models.Error](err); is {
		err = fault.At(pointer)
	}
	*f = append(*f, err)
}

// err is nil without faults, the fault itself when there is one, else all of them joined.
func (f *faults) err() error {
	if len(*f) == 1 {
		return (*f)[0]
	}
	return errors.Join(*f...)
}
