from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent

# Nothing here is signed, and nobody but the lab connects.
SECRET_KEY = "not a secret"
DEBUG = False
ALLOWED_HOSTS = ["*"]

ROOT_URLCONF = "project.urls"
APPEND_SLASH = False
INSTALLED_APPS = []
DATABASES = {}
MIDDLEWARE = [
    "project.middleware.contract",
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"context_processors": []},
    }
]
USE_I18N = False
USE_TZ = True
