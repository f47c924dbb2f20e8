// Command composable helps to develop programs made with Composable.
//
//	go run github.com/composable-go/composable/cmd/composable help
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command().ExecuteContext(ctx)
	stop()
	os.Exit(status(err))
}

// status is the exit status of an error.
func status(err error) int {
	var finding exitStatus
	switch {
	case errors.As(err, &finding):
		return int(finding)
	case err != nil:
		return 1
	}
	return 0
}

// exitStatus is a result that is no error, for scripts to tell from others.
type exitStatus int

// Error implements error.
func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func command() *cobra.Command {
	root := &cobra.Command{
		Use:          "composable",
		Short:        "Helps to develop programs made with Composable",
		SilenceUsage: true, // an error says what to do
	}
	root.AddCommand(typescriptCommand(), riskCommand())
	return root
}
