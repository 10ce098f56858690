package operate

import (
	"context"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Perceiver looks at a whole site, once a minute of the plant's time, and tells
// the situations that stand: one for each cause. It keeps what it needs of the
// past, so that one Perceiver sees one stream, in order. It must not keep st.
type Perceiver interface {
	Perceive(ctx context.Context, st *twin.State, now time.Time) ([]Perception, error)
}

// Perception is a situation with its diagnosis and why.
type Perception struct {
	Situation   twin.Situation // of what class, at which asset its cause sits; Case is empty
	Diagnosis   twin.Diagnosis
	Explanation xai.Explanation
	Effects     []twin.AssetID // that show it and are not its cause
	Detail      string         // what an answer must know beyond the asset: "aisle 3", "heating"
}
