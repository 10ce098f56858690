// Package whatif lets the same people live the same days in several layouts of a
// site, and tells what differs and how surely: where they are, what they see, what
// is sold, what energy that takes. Pairs of days share their dice (common random
// numbers), so that chance falls out of the difference. It must never know a
// catalogue, a file or a picture. Lengths are metres, times seconds. Start
// reading at Compare.
package whatif
