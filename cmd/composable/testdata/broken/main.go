// Command broken does not compile.
package main

import "github.com/composable-go/composable/app"

func main() { app.New(missing).Run() }
