package elastic

import (
	"fmt"
	"net/url"
	"regexp"

	"github.com/composable-go/composable/projection"
)

// New describes a read model in an index, which is created at the start when it is
// missing. The definition is the body of that request, with mappings and settings;
// "" leaves them to Elasticsearch. The index' name is the projection's: it must never
// change, and has up to 40 characters of a-z, 0-9, _ and -, a letter first. New
// panics when two handlers take the same event and when name or URL are none.
func New(cluster Cluster, index, definition string, handlers ...projection.Handler[*Bulk]) projection.Projection {
	return projection.Into(index, newSink(cluster, index, definition, handlers...))
}

func newSink(cluster Cluster, index, definition string, handlers ...projection.Handler[*Bulk]) *sink {
	if !regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`).MatchString(index) {
		panic(fmt.Sprintf("projection/elastic: the name %q must have up to 40 characters of a-z, 0-9, _ and -, a letter first", index))
	}
	if u, err := url.Parse(cluster.URL); err != nil || u.Host == "" {
		panic(fmt.Sprintf("projection/elastic: the URL %q must be like https://search:9200", cluster.URL))
	}
	return &sink{
		cluster: cluster.withDefaults(), index: index, definition: definition,
		Handlers: projection.NewHandlers(handlers...),
	}
}
