package projection

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// schema is the tables of a projection, their names in braces.
type schema struct {
	statements []string
	tables     []string
	braced     *regexp.Regexp // one of the tables, and whether more of a name follows
}

func newSchema(projection string, statements []string) schema {
	name := regexp.MustCompile(`\{([a-z_][a-z0-9_]{0,39})\}`)
	s := schema{statements: statements}
	for _, statement := range statements {
		found := name.FindAllStringSubmatch(statement, -1)
		if found == nil {
			panic(fmt.Sprintf("projection: %s: write the tables' names in braces, as in CREATE TABLE IF NOT EXISTS {orders}: %s", projection, statement))
		}
		for _, match := range found {
			if !slices.Contains(s.tables, match[1]) {
				s.tables = append(s.tables, match[1])
			}
		}
	}
	s.braced = regexp.MustCompile(`\{(` + strings.Join(s.tables, "|") + `)\}(\w?)`)
	return s
}

// generation says which tables are meant: those that readers read, or those of a
// rebuild. Each rebuild has a number of its own.
type generation struct {
	number int64 // 0: never rebuilt
	fresh  bool  // not switched to yet
}

func (g generation) suffix() string {
	if g.number == 0 {
		return ""
	}
	return fmt.Sprintf("__r%d", g.number)
}

// expand writes the names of a generation's tables into a statement. The switch
// renames tables only: a name that begins with a table's, such as an index's, keeps
// the number of its rebuild.
func (s schema) expand(statement string, g generation) string {
	if !strings.Contains(statement, "{") {
		return statement
	}
	return s.braced.ReplaceAllStringFunc(statement, func(match string) string {
		table, follows, _ := strings.Cut(match[1:], "}")
		if g.fresh || follows != "" {
			table += g.suffix()
		}
		return table + follows
	})
}
