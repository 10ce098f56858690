package twin

// Lack is what a Suggestion is about.
type Lack string

const (
	LackDevice Lack = "asset"  // an asset with signals, of which none is bound
	LackNode   Lack = "signal" // a signal that is bound to no node, though others of its asset are
	LackAsset  Lack = "device" // a device of the plant that no asset explains
	LackSignal Lack = "node"   // a variable of a device that no signal of its asset explains
)

// Suggestion is one thing that the site and its plant do not agree on, and what
// it probably is.
type Suggestion struct {
	Lack  Lack
	What  string // id of the asset or the signal, name of the device, path of the node
	Where string // address of a node of it; "" for what is of the site
	Near  string // device, path of a node, or class that comes nearest; "" for none
	Text  string // for a person, in English
}
