package server

import (
	"sync"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"
)

// roles are what the library's rules give each user. The library asks for them twice for
// each value that is read, and they depend on nothing but the name.
type roles struct {
	rules uaserver.RolesProvider
	of    sync.Map // name of a user → []ua.NodeID
}

func newRoles() *roles { return &roles{rules: uaserver.DefaultRolesProvider} }

// GetRoles is of the library's interface.
func (r *roles) GetRoles(identity any, application, endpoint string) ([]ua.NodeID, error) {
	user, named := identity.(ua.UserNameIdentity)
	if named {
		if known, ok := r.of.Load(user.UserName); ok {
			return known.([]ua.NodeID), nil
		}
	}
	found, err := r.rules.GetRoles(identity, application, endpoint)
	if named && err == nil {
		r.of.Store(user.UserName, found)
	}
	return found, err
}
