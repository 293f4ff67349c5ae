import pytest

from sim.gateway import RestApi, Route


def api(*resources, method="POST"):
    return RestApi("id", "v1", [Route(method, r, f"f{r}", True) for r in resources])


@pytest.mark.parametrize(
    ("resource", "path", "parameters"),
    [
        ("/a", "/a", {}),
        ("/a/{id}", "/a/7", {"id": "7"}),
        ("/a/{proxy+}", "/a/b/c", {"proxy": "b/c"}),
        ("/a/{x-y}/b.c", "/a/1/b.c", {"x-y": "1"}),
    ],
)
def test_a_path_takes_its_route(resource, path, parameters):
    route, found = api(resource).route("POST", path)
    assert route.resource == resource
    assert found == parameters


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/b"), ("GET", "/a"), ("POST", "/a/"), ("POST", "/a/b.c")]
)
def test_anything_else_has_no_route(method, path):
    assert api("/a", "/a/{id}/x").route(method, path) is None


def test_any_takes_every_method():
    assert api("/a", method="ANY").route("DELETE", "/a") is not None
