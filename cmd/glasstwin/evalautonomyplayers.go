package main

import (
	"fmt"

	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/baseline"
	"github.com/glasstwin/glasstwin/twin/operate/perceive"
)

// Who plays a run. The rest of the loop is the same for all.
const (
	twinPlayer  = "twin"    // perceives by the trained model
	rulesPlayer = "rules"   // by thresholds
	nearPlayer  = "nearest" // by the nearest signature of residuals
	idlePlayer  = "nothing" // never acts
)

// player makes who perceives the site of one run.
func (b *autonomyBench) player(name string) (operate.Perceiver, error) {
	switch name {
	case twinPlayer:
		return perceive.New(b.site, b.model), nil
	case rulesPlayer:
		return baseline.NewRules(b.site), nil
	case nearPlayer:
		of, err := loadNearest(b.Site)
		if err != nil {
			return nil, err
		}
		return baseline.NewNearest(b.site, of), nil
	}
	return nil, fmt.Errorf("nobody called %s can play a %s", name, b.Site)
}
