// Package sitefolder reads and writes a site as a folder that a person can read
// and diff: site.yaml says what there is, layout.yaml where it stands, sources/
// holds the originals untouched, and made/ what was worked out from them, so
// that opening need not work it out again; catalogue/ has class files of the
// site's own, which a person writes. Reading changes nothing; writing is all or
// nothing. It must never know what a class file says, a scene or a plant. Start
// reading at Read and Create.
package sitefolder
