// Package dxf reads drawing interchange files into flat shapes: every entity of
// model space, blocks expanded, curves flattened, with its layer, its handle and
// the line of the file that it came from. It reads the ASCII form of releases 9
// to 2018 and both binary forms.
//
// It must never know what a line depicts: what is a wall is for twin/generate.
// It opens no file. Coordinates stay in the drawing's unit and its +Z-up world
// frame; Drawing.Unit tells metres. Start reading at Read, then expand.go.
//
// Group codes and entities follow the DXF Reference of AutoCAD 2018.
package dxf
