// Command composable helps to develop programs made with Composable.
//
//	go run github.com/composable-go/composable/cmd/composable help
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command().ExecuteContext(ctx)
	stop()
	if err != nil {
		os.Exit(1)
	}
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:          "composable",
		Short:        "Helps to develop programs made with Composable",
		SilenceUsage: true, // an error says what to do
	}
	root.AddCommand(typescriptCommand())
	return root
}
