// Command calendars writes the holidays of the calendars that o2c ships, as rows of SQL for a migration:
//
//	go run ./calendars 2024 2040
//
// Their rules are those of github.com/rickar/cal (BSD licence). The product does not import it: a calendar is data that the seller can
// change, and a rule that changes in a library must not move dates that are promised.
package main

import (
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/ecb"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/us"
)

// Only countries whose holidays are the same in most of it. A region, or another
// country, gets a calendar from the seller.
var calendars = []struct {
	name     string
	holidays []*cal.Holiday
}{
	{"AT", at.Holidays}, {"BE", be.Holidays}, {"DE", de.Holidays}, {"FR", fr.Holidays}, {"GB", gb.Holidays}, {"IT", it.Holidays},
	{"NL", nl.Holidays}, {"TARGET", ecb.Holidays}, {"US", us.Holidays},
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: calendars FIRST-YEAR LAST-YEAR")
	}
	first, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	last, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var rows []string
	for _, c := range calendars {
		rows = append(rows, holidays(c.name, c.holidays, first, last)...)
	}
	fmt.Println(strings.Join(rows, ",\n"))
}

// holidays are the rows of a calendar, one for each name with all its days. A day on which a holiday is observed instead is one too.
func holidays(calendar string, rules []*cal.Holiday, first, last int) []string {
	c := cal.NewBusinessCalendar()
	c.AddHoliday(rules...)
	var names []string
	days := map[string][]string{}
	for day := time.Date(first, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() <= last; day = day.AddDate(0, 0, 1) {
		actual, observed, holiday := c.IsHoliday(day)
		if !actual && !observed {
			continue
		}
		if !slices.Contains(names, holiday.Name) {
			names = append(names, holiday.Name)
		}
		days[holiday.Name] = append(days[holiday.Name], day.Format(time.DateOnly))
	}
	rows := make([]string, len(names))
	for i, name := range names {
		rows[i] = fmt.Sprintf("  ('%s', '%s', '{%s}')", calendar, strings.ReplaceAll(name, "'", "''"), strings.Join(days[name], ","))
	}
	return rows
}
