import pytest

from waymark.setup import assets, paths

CSS = (
    "@charset x;@font-face{font-family:GDS Transport;font-style:normal;"
    'src:url(/assets/fonts/light-1.woff2) format("woff2")}'
    '@font-face{font-family:"GDS Transport";src:url(/assets/fonts/bold-1.woff2)}'
    "@font-face{font-family:Other;src:url(/assets/fonts/other.woff2)}"
    ".logo{background-image:url(/assets/images/govuk-crest.svg)}.kept{color:red}"
    "/*# sourceMappingURL=govuk-frontend.min.css.map */"
)


def test_css_is_freed_of_the_government_font_the_royal_arms_and_its_source_map():
    stripped = assets.strip_css(CSS)

    assert stripped == (
        "@charset x;@font-face{font-family:Other;src:url(/assets/fonts/other.woff2)}"
        ".logo{background-image:none}.kept{color:red}"
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("npm error code ECONNREFUSED", "The npm registry is out of reach. Check the network"),
        ("npm error code EAI_AGAIN\nnpm error syscall getaddrinfo", "The npm registry is out of reach"),
        ("npm error code ENOSPC\nnpm error nospc", "is full. Free about 1 GB"),
        ("npm error code EINTEGRITY", "is not the one that was locked"),
        ("npm error code EACCES", "Run Waymark as the user who owns the checkout"),
        ("npm error code EUSAGE\nnpm error out of sync", "npm could not install the front-end packages: npm error"),
    ],
)
def test_a_failure_of_npm_is_explained(said, told, tmp_path):
    assert told in assets.explain_npm(said, tmp_path / "npm.log")


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Set-up in an empty folder, with an npm that brings packages of one line each; a list of its runs."""
    runs = []

    def bring(testing):
        runs.append(testing)
        for package, name in ((assets.GOVUK, "govuk-frontend"), (assets.MOJ, "moj-frontend")):
            (package / "assets" / "images").mkdir(parents=True, exist_ok=True)
            (package / f"{name}.min.css").write_text(CSS)
            (package / f"{name}.min.js").write_text("export const a = 1;//# sourceMappingURL=x.map")
        for image in ("icon-search.svg", "moj-logotype-crest.svg"):
            (assets.MOJ / "assets" / "images" / image).write_text("<svg/>")
        (assets.GOVUK / "assets" / "images" / "favicon.ico").write_text("crown")
        if testing:
            paths.AXE.parent.mkdir(parents=True, exist_ok=True)
            paths.AXE.write_text("axe")

    monkeypatch.setattr(assets, "_npm_ci", bring)
    monkeypatch.setattr(assets, "GOVUK", tmp_path / "node_modules" / "govuk")
    monkeypatch.setattr(assets, "MOJ", tmp_path / "node_modules" / "moj")
    monkeypatch.setattr(assets, "MADE", tmp_path / "var" / "assets.made")
    monkeypatch.setattr(paths, "VAR", tmp_path / "var")
    monkeypatch.setattr(paths, "ASSETS", tmp_path / "var" / "assets")
    monkeypatch.setattr(paths, "AXE", tmp_path / "node_modules" / "axe.js")
    return runs


def test_pages_get_styles_scripts_and_icons_and_nothing_with_a_crown(made):
    assets.ensure_assets(say=lambda _: None)

    assert sorted(str(path.relative_to(paths.ASSETS)) for path in paths.ASSETS.rglob("*") if path.is_file()) == [
        "govuk-frontend.min.css",
        "govuk-frontend.min.css.gz",
        "govuk-frontend.min.js",
        "govuk-frontend.min.js.gz",
        "images/icon-search.svg",
        "moj-frontend.min.css",
        "moj-frontend.min.css.gz",
        "moj-frontend.min.js",
        "moj-frontend.min.js.gz",
    ]
    assert (paths.ASSETS / "govuk-frontend.min.js").read_text() == "export const a = 1;"


def test_assets_are_made_once(made):
    for _ in range(3):
        assets.ensure_assets(say=lambda _: None)

    assert made == [False]


def test_the_demo_is_content_with_what_the_tests_installed_but_not_the_other_way_round(made):
    assets.ensure_assets(say=lambda _: None)
    assets.ensure_assets(testing=True, say=lambda _: None)
    assets.ensure_assets(say=lambda _: None)

    assert made == [False, True]


def test_assets_are_made_anew_when_the_lock_changes(made, monkeypatch, tmp_path):
    assets.ensure_assets(say=lambda _: None)
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assets.ensure_assets(say=lambda _: None)

    assert made == [False, False]
