//go:build !race

package ifc_test

const raced = false
