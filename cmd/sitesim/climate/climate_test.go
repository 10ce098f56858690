package climate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// year is an EPW file of a made-up year, with a change made to one of its lines.
func year(line int, change func(string) string) string {
	var lines []string
	for i := range headerLines {
		lines = append(lines, [...]string{"LOCATION,Nowhere,-,XXX,X,0,50,8,1,100", "DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0",
			"GROUND TEMPERATURES,0", "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0", "COMMENTS 1,x", "COMMENTS 2,y", "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"}[i])
	}
	for at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2025; at = at.Add(time.Hour) {
		lines = append(lines, fmt.Sprintf("1990,%d,%d,%d,0,?,%.1f,5,70,101325,0,0,300,%d,0,0", at.Month(), at.Day(), at.Hour()+1, 10+float64(at.Hour())/10, 30*at.Hour()))
	}
	if line > 0 {
		lines[line-1] = change(lines[line-1])
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestAYearIsRead(t *testing.T) {
	y, err := Read(strings.NewReader(year(0, nil)), "x.epw")
	if err != nil {
		t.Fatal(err)
	}
	// The value of hour 13 is that of twelve to one: it holds at half past twelve.
	got := y.At(time.Date(2026, 5, 4, 12, 30, 0, 0, time.UTC))
	if y.Place != "Nowhere" || got != (Weather{11.2, 70, 360}) {
		t.Errorf("%s has %+v at half past twelve", y.Place, got)
	}
	if half := y.At(time.Date(2026, 5, 4, 13, 0, 0, 0, time.UTC)); half.Sun != 375 {
		t.Errorf("sun %g W/m² at one, want the mean of both hours about it", half.Sun)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	put := func(field int, v string) func(string) string {
		return func(s string) string {
			f := strings.Split(s, ",")
			f[field] = v
			return strings.Join(f, ",")
		}
	}
	for _, row := range []struct {
		line   int
		change func(string) string
		want   string
	}{
		{1, func(string) string { return "<html>" }, `line 1: it begins with "<html>"`},
		{8, put(2, "4"), `line 8: "4" rows an hour`},
		{8, put(0, "DATA"), "line 8:"},
		{20, put(fieldDryBulb, "warm"), `line 20: field 7, dry bulb temperature: "warm" is no number`},
		{20, put(fieldDryBulb, "400"), "lies outside"},
		{20, put(fieldDryBulb, "NaN"), "lies outside"},
		{20, put(fieldHumidity, "-4"), "relative humidity"},
		{20, put(fieldSun, "1e9"), "global horizontal radiation"},
		{9, put(fieldDryBulb, "99.9"), "line 9:"}, // the first hour has no value before it
		{20, put(fieldHour, "3"), "line 20: month 1, day 1, hour 3 stand where 1, 1, 12 should"},
		{20, func(string) string { return "1990,1,1" }, "line 20: 3 fields"},
		{20, func(s string) string { return s + "\n" + s }, "line 21:"},
		{20, func(string) string { return strings.Repeat("x", 9000) }, "longer than 4096 bytes"},
		{8768, func(string) string { return "" }, "ends after 8759 hours"},
	} {
		_, err := Read(strings.NewReader(year(row.line, row.change)), "x.epw")
		if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), "x.epw") {
			t.Errorf("line %d changed gave %v, want %q", row.line, err, row.want)
		}
	}
	y, err := Read(strings.NewReader(year(20, put(fieldDryBulb, "99.9"))), "x.epw")
	if err != nil || y.Hours[11].Temperature != y.Hours[10].Temperature {
		t.Errorf("a missing value is not the one before it (%v)", err)
	}
}

func TestRealFilesAreRead(t *testing.T) {
	files, err := filepath.Glob("../../../../shared/data/weather/*.epw")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("no weather files in shared/data/weather")
		}
		t.Skip("no weather files here")
	}
	for _, file := range files {
		y, err := ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		sun := 0.0
		for _, w := range y.Hours {
			sun += w.Sun / 1000
		}
		if sun < 800 || sun > 2400 {
			t.Errorf("%s has %g kWh/m² of sun a year", y.Place, sun)
		}
	}
}

func TestAMadeUpYearIsTemperate(t *testing.T) {
	for seed := range uint64(30) {
		y := Synthetic(seed)
		mean := func(from, to int) (t float64) {
			for _, w := range y.Hours[from*24 : to*24] {
				t += w.Temperature / float64((to-from)*24)
			}
			return t
		}
		winter, summer := mean(0, 59), mean(152, 243)
		if winter < -6 || winter > 13 || summer < winter+8 || summer > 32 {
			t.Errorf("seed %d: winter %.1f °C, summer %.1f °C", seed, winter, summer)
		}
		if *y != *Synthetic(seed) {
			t.Errorf("seed %d gives two climates", seed)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(year(0, nil)[:2000])
	f.Add("LOCATION,A\n\n\n\n\n\n\nDATA PERIODS,1,1\n1990,1,1,1,0,?,1,2,3,4,5,6,7,8")
	f.Fuzz(func(t *testing.T, text string) {
		if y, err := Read(strings.NewReader(text), "x"); err == nil {
			y.At(time.Now())
		}
	})
}

func ExampleSynthetic() {
	w := Synthetic(1).At(time.Date(2026, 7, 1, 15, 0, 0, 0, time.UTC))
	fmt.Printf("%.0f °C, %.0f W/m²\n", w.Temperature, w.Sun)
	// Output: 22 °C, 625 W/m²
}
