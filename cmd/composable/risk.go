package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/risk"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/store"
)

// changed is the exit status when levels change, as of diff: 0 is none, 1 an error.
const changed = exitStatus(2)

func riskCommand() *cobra.Command {
	command := &cobra.Command{Use: "risk", Short: "Tries out what makes a sign-in risky"}
	command.AddCommand(riskReplayCommand())
	return command
}

// replayFlags are what the command is told besides the database.
type replayFlags struct{ policy, user, secretFile string }

func riskReplayCommand() *cobra.Command {
	var flags replayFlags
	command := &cobra.Command{
		Use:   "replay DATABASE_URL",
		Short: "Assesses the sign-ins of the past under a policy",
		Long: `Assesses each sign-in in the event log of a program under a policy, the default one
when none is given, and shows how many had which level then and have it now, and
the sign-ins whose level changes. Nothing is written.

Where people signed in from is encrypted: set SECRET_KEY to the program's, or name the
file in which a program in development keeps it. A file of SQLite must not be in use:
stop the program, or give a copy.

The policy is JSON with the fields of risk.Policy that differ from the default:

  {"weights": {"new_network": -1}, "failures": {"count": 3, "within": "30m"}, "responses": {"high": "refuse"}}

The exit status is 0 when no level changes, 2 when some do, and 1 for an error.`,
		Example: "  SECRET_KEY=… composable risk replay postgres://localhost/shop --policy stricter.json\n" +
			"  composable risk replay sqlite:copy.db --secret-file data/secret.key --user 0199a1c2-…",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			err := replayRisk(c.Context(), c.OutOrStdout(), args[0], flags)
			c.SilenceErrors = errors.Is(err, changed) // it is a finding
			return err
		},
	}
	command.Flags().StringVar(&flags.policy, "policy", "", "file of the policy; the default policy when it is not given")
	command.Flags().StringVar(&flags.user, "user", "", "id of the only user to look at")
	command.Flags().StringVar(&flags.secretFile, "secret-file", "", "file of the program's secret key; SECRET_KEY when it is not given")
	return command
}

func replayRisk(ctx context.Context, out io.Writer, databaseURL string, flags replayFlags) (err error) {
	options, err := flags.options()
	if err != nil {
		return err
	}
	log, err := openLog(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, log.Close()) }()
	var r replayReport
	for attempt, err := range auth.ReplayRisk(ctx, store.NewRuntime(log, store.Options{}), options, flags.user) {
		if err != nil {
			return fmt.Errorf("%w (is the secret key the program's?)", err)
		}
		r.add(attempt)
	}
	return r.print(out)
}

func (f replayFlags) options() (o auth.Options, err error) {
	if f.policy != "" {
		data, err := os.ReadFile(f.policy)
		if err != nil {
			return o, err
		}
		if o.Risk, err = risk.ParsePolicy(data); err != nil {
			return o, fmt.Errorf("%s: %w", f.policy, err)
		}
	}
	o.SecretKey = []byte(cmp.Or(os.Getenv("COMPOSABLE_SECRET_KEY"), os.Getenv("SECRET_KEY")))
	if f.secretFile != "" {
		if o.SecretKey, err = os.ReadFile(f.secretFile); err != nil {
			return o, err
		}
	}
	if len(o.SecretKey) == 0 {
		return o, errors.New("SECRET_KEY is missing; set it to the program's, or name its file with --secret-file")
	}
	return o, nil
}

// openLog opens a log that is there already.
func openLog(ctx context.Context, databaseURL string) (eventlog.Backend, error) {
	scheme, rest, _ := strings.Cut(databaseURL, ":")
	switch scheme {
	case "sqlite":
		path := strings.TrimPrefix(rest, "//")
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
		return sqlite.Open(ctx, path)
	case "postgres", "postgresql":
		return postgres.Open(ctx, databaseURL)
	}
	return nil, errors.New("the database must be sqlite:PATH or postgres://…")
}

// replayReport counts sign-ins by level, and keeps those whose level changes.
type replayReport struct {
	then, now map[string]int
	changes   []auth.Replayed
	total     int
}

func (r *replayReport) add(a auth.Replayed) {
	if r.then == nil {
		r.then, r.now = map[string]int{}, map[string]int{}
	}
	r.total++
	r.then[a.Then.Level]++
	r.now[string(a.Now.Level)]++
	if a.Then.Level != string(a.Now.Level) {
		r.changes = append(r.changes, a)
	}
}

func (r *replayReport) print(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "LEVEL\tTHEN\tNOW\n")
	for _, level := range risk.Levels() {
		fmt.Fprintf(table, "%s\t%d\t%d\n", level, r.then[string(level)], r.now[string(level)])
	}
	fmt.Fprintf(table, "all\t%d\t%d\n", r.total, r.total)
	if len(r.changes) > 0 {
		fmt.Fprintf(table, "\nAT\tUSER\tMETHOD\tTHEN\tNOW\tTRIGGERS\tBECAUSE OF\n")
	}
	for _, a := range r.changes {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s %d\t%s %d\t%s\t%s\n", a.At.UTC().Format(time.RFC3339), a.User, a.Method,
			a.Then.Level, a.Then.Score, a.Now.Level, a.Now.Score, a.Now.Response, because(a.Now.Factors))
	}
	if err := table.Flush(); err != nil || len(r.changes) == 0 {
		return err
	}
	return changed
}

func because(factors []risk.Factor) string {
	names := make([]string, len(factors))
	for i, f := range factors {
		names[i] = fmt.Sprintf("%s %d", f.Name, f.Points)
	}
	return cmp.Or(strings.Join(names, ", "), "nothing")
}
