package phrase

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Models of whole sites name their features by clauses in English, as "people
// inside, 5 min, against past". There are many more features than clauses, so that
// clauses.json has the Korean of each clause, with # for a number.

var number = regexp.MustCompile(`[0-9]+`)

func readClauses() (map[string]string, error) {
	raw, err := catalogues.ReadFile("clauses.json")
	if err != nil {
		return nil, fmt.Errorf("read the clauses of features: %w", err)
	}
	var out map[string]string
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("read the clauses of features: %w", err)
	}
	return out, nil
}

// inClauses tells a feature clause by clause; one that is not known stays in the
// words of the model.
func (s *Speaker) inClauses(name string) string {
	if s.clauses == nil {
		return s.named("signal", name)
	}
	parts := strings.Split(name, ", ")
	for i, part := range parts {
		text, ok := s.clauses[number.ReplaceAllString(part, "#")]
		if !ok {
			parts[i] = s.named("signal", part)
			continue
		}
		for _, n := range number.FindAllString(part, -1) {
			text = strings.Replace(text, "#", n, 1)
		}
		parts[i] = text
	}
	return strings.Join(parts, ", ")
}
