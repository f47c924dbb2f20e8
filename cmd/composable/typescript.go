package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

func typescriptCommand() *cobra.Command {
	var output string
	var check bool
	command := &cobra.Command{
		Use:   "typescript [package]",
		Short: "Writes the TypeScript types of a program's API",
		Long: `Writes one TypeScript module with the types of what a program offers: commands,
queries, topics, codes of refusals, and what it gives to App.TypeScript.

The package, by default that of the current directory, is built and run so that it
describes itself. It opens no database, listens on no address and needs no settings.`,
		Example: "  composable typescript ./cmd/shop -o web/src/api.gen.ts\n  composable typescript ./cmd/shop -o web/src/api.gen.ts --check",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if check && output == "" {
				return errors.New("--check compares with a file; name it with --output")
			}
			pkg := "."
			if len(args) > 0 {
				pkg = args[0]
			}
			module, err := describe(c.Context(), pkg)
			switch {
			case err != nil:
				return err
			case check:
				return compare(module, output, pkg)
			case output == "":
				_, err = c.OutOrStdout().Write(module)
			default:
				err = os.WriteFile(output, module, 0o644)
			}
			return err
		},
	}
	command.Flags().StringVarP(&output, "output", "o", "", "file to write; standard output when it is not given")
	command.Flags().BoolVar(&check, "check", false, "write nothing, and fail when the file is not up to date")
	return command
}

// compare fails when the file is not the module.
func compare(module []byte, file, pkg string) error {
	existing, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.Equal(existing, module) {
		return fmt.Errorf("%s is not up to date; run: composable typescript %s -o %s", file, pkg, file)
	}
	return nil
}
