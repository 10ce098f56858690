package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/credential"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// usersCommand is about the people of a site.
type usersCommand struct {
	List     usersList     `cmd:"" default:"withargs" help:"Tell who may do what, and whose name is proven by a password."`
	Password usersPassword `cmd:"" help:"Set, change or remove the password of a user."`
}

type usersList struct {
	Site string `arg:"" type:"existingdir" help:"Site folder."`
	JSON bool   `help:"Print one JSON object."`
}

// toldUser is a user as it is printed: of a password, only that there is one.
type toldUser struct {
	Name     string             `json:"name"`
	Approve  []twin.ActionClass `json:"approve"`
	Modes    bool               `json:"modes"`
	Release  bool               `json:"release"`
	Password bool               `json:"password"`
}

// Run is called by kong.
func (c *usersList) Run(_ context.Context, out *output) error {
	site, err := sitefolder.Read(c.Site)
	if err != nil {
		return err
	}
	if len(site.Users) == 0 && !c.JSON {
		out.printf("%s names no users in site.yaml: everybody may do everything\n", site.Name)
	}
	if c.JSON {
		var rows []any
		for _, u := range site.Users {
			rows = append(rows, toldUser{u.Name, u.Approve, u.Modes, u.Release, u.Password != ""})
		}
		return out.json(report{Command: "users list", Inputs: c.Site, Rows: rows})
	}
	for _, u := range site.Users {
		may := make([]string, 0, len(u.Approve)+2)
		for _, class := range u.Approve {
			may = append(may, "approve "+string(class))
		}
		if u.Modes {
			may = append(may, "change modes")
		}
		if u.Release {
			may = append(may, "release a stop")
		}
		if len(may) == 0 {
			may = append(may, "only look, deny and stop")
		}
		proven := "no password: whoever gives this name is believed"
		if u.Password != "" {
			proven = "password"
		}
		out.printf("%s: %s; %s\n", u.Name, strings.Join(may, ", "), proven)
	}
	return nil
}

type usersPassword struct {
	Site   string `arg:"" type:"existingdir" help:"Site folder."`
	Name   string `arg:"" help:"Name of the user, as in site.yaml."`
	File   string `type:"existingfile" placeholder:"FILE" help:"File whose first line is the password; without it GLASSTWIN_USER_PASSWORD, or it is asked for."`
	Remove bool   `help:"Remove the password: whoever gives the name is believed again."`
}

// Run is called by kong.
func (c *usersPassword) Run(_ context.Context, out *output) error {
	kept := ""
	if !c.Remove {
		password, err := readPassword(c.File, "--file", "New password of "+c.Name)
		if err != nil {
			return err
		}
		if c.File == "" && term.IsTerminal(int(os.Stdin.Fd())) && os.Getenv(userPasswordVariable) == "" {
			again, err := readPassword("", "--file", "The same again")
			if err != nil {
				return err
			}
			if again != password {
				return fmt.Errorf("set the password of %s: the two are not the same; nothing was changed", c.Name)
			}
		}
		if kept, err = credential.Make(password); err != nil {
			return fmt.Errorf("set the password of %s: %w", c.Name, err)
		}
	}
	if _, err := sitefolder.Revise(c.Site, func(now *twin.Site) (*twin.Site, error) {
		u := now.UserNamed(c.Name)
		if u == nil {
			var names []string
			for _, u := range now.Users {
				names = append(names, u.Name)
			}
			return nil, fmt.Errorf("%q is no user of site.yaml; there are [%s]", c.Name, strings.Join(names, ", "))
		}
		u.Password = kept
		return now, nil
	}); err != nil {
		return err
	}
	if c.Remove {
		out.printf("%s has no password: whoever gives the name is believed\n", c.Name)
		return nil
	}
	out.printf("%s has a password; a program that runs the site asks for it when it is next opened\n", c.Name)
	return nil
}
