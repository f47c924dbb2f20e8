// Command silent never runs its app.
package main

import "github.com/composable-go/composable/app"

func main() { app.New(app.FromEnv()) }
