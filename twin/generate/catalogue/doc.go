// Package catalogue reads the classes of things that stand in a store, and
// builds what each looks like. A class is data: one YAML file says its names,
// its size, the shapes of its parts as expressions in W, H and D, how parts
// move and by which signal, what the plant tells about it, how it fails and
// what helps. A new class is a new file; no code names one. A class may bring a
// model besides, a .glb beside its file that somebody drew (Model).
//
// It must never know a site, a building or a protocol. Start reading at Class,
// then Builder.Place; Lint tells what is wrong with a class file.
//
// Frame of a class: the origin is the middle of the footprint on the floor, x
// runs along the width W, y is up along the height H, z along the depth D, and
// the front faces +z.
package catalogue
