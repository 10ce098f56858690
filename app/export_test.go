package app

import "context"

// Turn is one turn of the operator, without the wait for it.
func (s *Session) Turn(ctx context.Context) { s.turn(ctx) }

// Recall is what Run does before its first turn.
func (s *Session) Recall(ctx context.Context) error {
	if err := s.recall(ctx); err != nil {
		return err
	}
	return s.parts.Operator.Resume(ctx)
}
