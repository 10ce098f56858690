package aml

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/glasstwin/glasstwin/markup"
)

// Limits on a file.
const (
	fileMax     = 256 << 20 // of XML, unpacked
	elementsMax = 2_000_000 // of XML
	depthMax    = 200
	partsMax    = 10_000 // of a package
)

// rootRelation marks the root document of a package (whitepaper "AutomationML
// container", after ECMA-376 part 2).
const rootRelation = "http://schemas.automationml.org/container/relationship/RootDocument"

// open returns the XML of a file or of a package's root document, and the other
// files of the package by their name.
func open(data []byte) (xml []byte, parts map[string][]byte, err error) {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return data, nil, nil
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, fmt.Errorf("not a package that can be opened: %w; export it again", err)
	}
	if len(archive.File) > partsMax {
		return nil, nil, fmt.Errorf("a package of %d files, at most %d are read", len(archive.File), partsMax)
	}
	parts = map[string][]byte{}
	left := int64(fileMax)
	for _, f := range archive.File {
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, nil, fmt.Errorf("%s in the package: %w", f.Name, err)
		}
		text, err := io.ReadAll(io.LimitReader(r, left+1))
		r.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("%s in the package: %w; export it again", f.Name, err)
		}
		if left -= int64(len(text)); left < 0 {
			return nil, nil, fmt.Errorf("the package holds more than %d MB; split it", fileMax>>20)
		}
		parts[path.Clean(strings.TrimPrefix(f.Name, "/"))] = text
	}
	if root := rootOf(parts["_rels/.rels"]); root != "" {
		if text, ok := parts[root]; ok {
			return text, parts, nil
		}
		return nil, nil, fmt.Errorf("the package names %s as its root document, but does not hold it", root)
	}
	for name, text := range parts {
		if strings.HasSuffix(strings.ToLower(name), ".aml") {
			return text, parts, nil
		}
	}
	return nil, nil, errors.New("the package has no root document: no RootDocument relationship in _rels/.rels and no .aml file; export it again")
}

func rootOf(relations []byte) string {
	x, err := markup.Read(context.Background(), relations, markup.Limits{Depth: depthMax, Elements: partsMax})
	if err != nil || x.Root() == nil {
		return ""
	}
	for _, r := range x.Root().SelectElements("Relationship") {
		if r.SelectAttrValue("Type", "") == rootRelation {
			return path.Clean(strings.TrimPrefix(r.SelectAttrValue("Target", ""), "/"))
		}
	}
	return ""
}
