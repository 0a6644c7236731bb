package e2e_test

import "o2c/postgres"

// wantClean checks every invariant of the book.
func (s *stack) wantClean() {
	s.t.Helper()
	findings, err := postgres.Verify(s.t.Context(), s.pool, 5)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, finding := range findings {
		if finding.Count > 0 && !finding.Warning {
			s.t.Errorf("%s (%s): %d offenders: %v", finding.Name, finding.Meaning, finding.Count, finding.Offenders)
		}
	}
}
