// Package inside is what runs in the child process of a connectors/fmi Run: it
// loads an FMU's machine code with dlopen, calls it, integrates it by CVODE of
// SUNDIALS where it is of model exchange, and answers the parent's frames. What
// the FMU does to this process is nobody else's trouble. SUNDIALS is loaded with
// dlopen too; without it model exchange ends in an error that names the package.
//
// Only Linux on amd64 is served: FMI 2.0 knows no binaries for other machines
// that this program runs on. Start reading at Serve (serve.go), then exchange.go.
package inside
